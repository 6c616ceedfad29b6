import { createAccessCache } from './access-cache.ts'
import { accessVerb } from './access-verb.ts'
import { banVerbs } from './ban-verbs.ts'
import { deliverVerb } from './deliver.ts'
import { grantVerbs } from './grant-verbs.ts'
import { offerVerbs } from './offer-verbs.ts'
import { type PaywallOptions, resolveOptions } from './options.ts'
import type { Paywall } from './paywall.ts'
import { createContext } from './paywall-context.ts'
import { saleVerbs } from './sale-verbs.ts'

/**
 * Makes the paywall over a store. Does no I/O itself.
 *
 * @throws {@link PaywallError} `invalid_input` naming the option.
 */
export function createPaywall(options: PaywallOptions): Paywall {
  const settings = resolveOptions(options)
  const cache = createAccessCache(settings.cacheMaxAgeMs, () => performance.now())
  const context = createContext(settings, cache)
  return {
    ...accessVerb(context),
    ...offerVerbs(context),
    ...grantVerbs(context),
    ...banVerbs(context),
    ...saleVerbs(context),
    ...deliverVerb(context),
  }
}
