import { batchCalls } from '@stagedoor/ledger'
import type { PaymentGateway } from '@stagedoor/payment-gateway'
import { TipError } from './errors.ts'
import type { TipsSettings } from './options.ts'
import type { Tip } from './tip.ts'
import type { CommitResult, Loaded, LoadQuery, TipChange } from './tip-store.ts'
import { requireId } from './validate.ts'

/** What every verb works with. */
export interface TipsContext {
  readonly settings: TipsSettings
  /** ISO 8601, UTC. */
  now(): string
  gateway(id: string): PaymentGateway
  /** Reads one tip; concurrent reads share round trips. */
  load(query: LoadQuery): Promise<Loaded>
  /** Stores one change; concurrent changes share round trips. */
  commit(change: TipChange): Promise<CommitResult>
  /** Has events delivered soon. */
  kick(): void
}

/** @param kick - See {@link TipsContext.kick}. */
export function createContext(settings: TipsSettings, kick: () => void): TipsContext {
  const { store, batching, gateways } = settings
  const now = () => settings.clock().toISOString()
  return {
    settings,
    now,
    gateway: (id) => {
      const gateway = gateways.find((one) => one.id === id)
      if (gateway) return gateway
      throw new TipError({
        code: 'not_found',
        field: 'gateway',
        message: `There is no gateway '${`${id}`.slice(0, 40)}'; there are ${gateways.map((one) => one.id).join(', ')}.`,
      })
    },
    load: batchCalls({ send: (queries: readonly LoadQuery[]) => store.load(queries), options: batching }),
    commit: batchCalls({
      send: (changes: readonly TipChange[]) => store.commit(changes, now()),
      options: batching,
    }),
    kick,
  }
}

/** @throws {@link TipError} `not_found`, `invalid_input` */
export async function requireTip(context: TipsContext, tipId: string): Promise<Tip> {
  requireId('tipId', tipId)
  const { tip } = await context.load({ tipId })
  if (tip) return tip
  throw new TipError({ code: 'not_found', message: `There is no tip ${tipId.slice(0, 60)}.` })
}
