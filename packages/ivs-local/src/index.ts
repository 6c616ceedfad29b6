export { createLiveMedia } from './media/create-live-media.ts'
