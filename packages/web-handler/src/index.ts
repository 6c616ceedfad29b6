export {
  createWebHandler,
  type Route,
  type RouteMatch,
  type WebHandlerOptions,
} from './create-web-handler.ts'
export { type EventSink, type EventStreamOptions, eventStreamResponse } from './event-stream.ts'
export { encodeText, formatMessage } from './event-stream-text.ts'
export { HttpError, type HttpErrorCode, httpErrorTable, isHttpError, type WebError } from './http-error.ts'
export {
  type ErrorBody,
  type ErrorResponseOptions,
  errorBody,
  errorResponse,
  json,
} from './json-response.ts'
export { limitOf, optional } from './query.ts'
export { limitBody, readJsonObject } from './read-body.ts'
