import { readFileSync } from 'node:fs'
import { envelopeSchema, type IvsEventEnvelope } from './map-event.ts'

/** An event in the shape of the IVS user guide's examples, "Using EventBridge with IVS". */
export function eventFixture(name: string): IvsEventEnvelope {
  return envelopeSchema.parse(JSON.parse(eventText(name)))
}

export function eventText(name: string): string {
  return readFileSync(new URL(`./__fixtures__/${name}.json`, import.meta.url), 'utf8')
}
