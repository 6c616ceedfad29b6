import type { RequestListener } from 'node:http'
import { createServer } from 'node:http2'
import type { RequestHandler } from 'express'
import type { NextApiHandler } from 'next'
import { toNodeHandler } from './to-node-handler.ts'

const handler = toNodeHandler(() => new Response())

/** It is what each framework takes. */
export const onHttp: RequestListener = handler
export const onHttp2 = () => createServer(handler)
export const onExpress: RequestHandler = handler
export const onNext: NextApiHandler = handler

// @ts-expect-error: a web handler is no API route; Next's types are there and checked.
export const notOnNext: NextApiHandler = async (request: Request) => Response.json(request.url)
