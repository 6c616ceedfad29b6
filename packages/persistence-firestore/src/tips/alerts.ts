import type { Alert, AlertSettings, TipStore } from '@stagedoor/tips'
import { hashedId } from '../document-id.ts'
import type { FirestoreSnapshot } from '../firestore-client.ts'
import { unchanged } from '../guarded-commit.ts'
import { foundFields, writtenFields } from '../written-fields.ts'
import { type Stored, toStored } from './stored-value.ts'
import type { TipContext } from './tip-context.ts'

type AlertVerbs = Pick<
  TipStore,
  'getAlertSettings' | 'putAlertSettings' | 'addAlerts' | 'listAlerts' | 'lastAlert'
>

/** Creators' overlays. */
export function alertVerbs(context: TipContext): AlertVerbs {
  const settingsOf = (creatorId: string) => context.alertSettings.doc(hashedId(creatorId))
  const feedOf = (creatorId: string) => context.alerts.where('creatorId', '==', creatorId)
  return {
    getAlertSettings: (creatorId) =>
      context.call('getAlertSettings', async () => fromSettings(await settingsOf(creatorId).get())),
    putAlertSettings: async (settings) => {
      await context.call('putAlertSettings', () =>
        settingsOf(settings.creatorId).set({ ...toStored(settings) }),
      )
    },
    addAlerts: (alerts) => addAlerts(context, alerts),
    listAlerts: (creatorId, afterSeq, limit) =>
      context.call('listAlerts', async () => {
        const query = feedOf(creatorId).where('seq', '>', afterSeq).orderBy('seq').limit(limit)
        return (await query.get()).docs.map((snapshot) => foundFields<Alert>(snapshot))
      }),
    lastAlert: (creatorId) =>
      context.call('lastAlert', async () => {
        const { docs } = await feedOf(creatorId).orderBy('seq', 'desc').limit(1).get()
        return Number(docs[0]?.data()?.seq ?? 0)
      }),
  }
}

/** Who adds to a feed writes its document, so alerts get their numbers in the order in which they can be seen. */
async function addAlerts(context: TipContext, alerts: readonly Omit<Alert, 'seq'>[]): Promise<void> {
  const creators = [...new Set(alerts.map(({ creatorId }) => creatorId))]
  const feeds = creators.map((creatorId) => context.alertFeeds.doc(hashedId(creatorId)))
  const given = new Map<string, Omit<Alert, 'seq'>>()
  for (const alert of alerts) {
    const id = hashedId(alert.creatorId, alert.id)
    if (!given.has(id)) given.set(id, alert)
  }
  await context.commit('addAlerts', async () => {
    const documents = [...given.keys()].map((id) => context.alerts.doc(id))
    const found = await context.getAll([...feeds, ...documents])
    const added = [...given].filter((_, index) => found[feeds.length + index]?.exists !== true)
    if (added.length === 0) return { answer: null }
    return {
      answer: null,
      write: (batch) => {
        for (const [index, creatorId] of creators.entries()) {
          const own = added.filter(([, alert]) => alert.creatorId === creatorId)
          const feed = found[index]
          if (own.length === 0 || !feed) continue
          const last = Number(feed.data()?.last ?? 0)
          for (const [place, [id, alert]] of own.entries()) {
            batch.create(context.alerts.doc(id), { ...toStored(alert), seq: last + place + 1 })
          }
          const newest = { creatorId, last: last + own.length }
          if (feed.exists) batch.update(feed.ref, newest, unchanged(feed))
          else batch.create(feed.ref, newest)
        }
      },
    }
  })
}

function fromSettings(snapshot: FirestoreSnapshot): AlertSettings | null {
  const settings = writtenFields<Stored<AlertSettings>>(snapshot)
  if (!settings) return null
  const minimums = Object.entries(settings.minimums).map(([currency, amount]) => [currency, BigInt(amount)])
  return { ...settings, minimums: Object.fromEntries(minimums) }
}
