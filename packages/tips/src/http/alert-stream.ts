import { encodeText, eventStreamResponse, formatMessage, HttpError } from '@stagedoor/web-handler'
import type { Alert } from '../alert.ts'
import type { Tips } from '../tips.ts'
import { alertJson, alertSettingsJson } from './tip-json.ts'

interface AlertStreamInput {
  readonly creatorId: string
  readonly token: string
  /** The last alert that the overlay has, null for one that begins now. */
  readonly afterSeq: number | null
  readonly pollSeconds: number
  readonly request: Request
}

const pageSize = 100

/** Signs of life, and looks at the settings and whether the token still holds, come each so many seconds. */
const heartbeatSeconds = 15

/**
 * A creator's alerts for an overlay, each once and in order. It reads the feed that the store numbers, so it does not matter
 * which server a tip was paid on. An overlay that was away gets what it missed, within the bounds of `listMissedAlerts`. The
 * settings come first, and again when they have changed.
 */
export function alertStreamResponse(tips: Tips, input: AlertStreamInput): Response {
  const { creatorId, token, pollSeconds, request } = input
  return eventStreamResponse({
    signal: request.signal,
    open: ({ send, stop }) => {
      let isOpen = true
      let timer: ReturnType<typeof setTimeout> | undefined
      let seq = input.afterSeq ?? Number.POSITIVE_INFINITY
      let beatAt = 0
      let isCaughtUp = false
      let told = ''
      const sendAlert = (alert: Alert) =>
        send(encodeText(formatMessage(nameOf(alert), alert.seq, alertJson(alert))))
      /** Tells settings that the overlay does not know yet. False when its address was replaced. */
      const check = async (at: number) => {
        const settings = await tips.getAlertSettings(creatorId)
        if (!settings || !(await tips.isAlertToken(creatorId, token))) return false
        const json = alertSettingsJson(settings)
        const isNew = JSON.stringify(json) !== told
        if (isNew) send(encodeText(formatMessage('alerts.ready', at, json)))
        told = JSON.stringify(json)
        return true
      }
      const read = async () => {
        // Held on to: a request that is collected no longer passes on that its client has gone.
        if (request.signal.aborted) return stop()
        if (beatAt === 0) {
          const last = await tips.lastAlert(creatorId)
          // After a restore of the database an overlay may have seen more than there is.
          seq = Math.min(seq, last)
        }
        if (Date.now() >= beatAt) {
          beatAt = Date.now() + heartbeatSeconds * 1000
          if (!(await check(seq))) return stop()
          send(encodeText(': still here\n\n'))
        }
        if (!isCaughtUp) {
          const missed = await tips.listMissedAlerts(creatorId, seq)
          missed.alerts.forEach(sendAlert)
          seq = missed.lastSeq
          isCaughtUp = true
        }
        for (let page: readonly Alert[] = []; isOpen; ) {
          page = await tips.listAlerts(creatorId, seq, pageSize)
          // Who had the address before gets not one alert after it was replaced.
          if (page.length > 0 && !(await check(seq))) return stop()
          page.forEach(sendAlert)
          seq = page.at(-1)?.seq ?? seq
          if (page.length < pageSize) return
        }
      }
      const loop = () => {
        read()
          // The overlay comes back by itself, maybe to a server that can read.
          .catch(stop)
          .finally(() => {
            if (isOpen) timer = setTimeout(loop, pollSeconds * 1000)
          })
      }
      send(encodeText('retry: 2000\n\n'))
      loop()
      return () => {
        isOpen = false
        clearTimeout(timer)
      }
    },
  })
}

function nameOf({ body }: Alert): string {
  return body.type === 'tip' ? 'tip.completed' : 'goal.reached'
}

/**
 * The number in `Last-Event-ID`; null when there is none.
 *
 * @throws {@link HttpError} `invalid_input`
 */
export function parseAlertId(given: string | null): number | null {
  if (given === null || given === '') return null
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw new HttpError('invalid_input', 'Last-Event-ID takes the id of the last alert, a whole number.', {
    field: 'Last-Event-ID',
  })
}
