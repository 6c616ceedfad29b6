import { Firestore } from '@google-cloud/firestore'
import type { FirestoreClient } from './firestore-client.ts'

/** The real client fits. */
export const client: FirestoreClient = new Firestore({ projectId: 'demo' })

// @ts-expect-error: something without batches is no client.
export const notAClient: FirestoreClient = { collection: () => new Firestore().collection('streams') }
