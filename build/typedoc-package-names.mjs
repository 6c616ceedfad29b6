import { readFileSync } from 'node:fs'
import { Converter, ReflectionKind } from 'typedoc'

/** Names each module of the API reference as it is imported: `@stagedoor/streaming-core/client`. */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const module of context.project.getChildrenByKind(ReflectionKind.Module)) {
      const file = module.sources?.[0]?.fullFileName ?? ''
      const [, folder, source] = /^(.*\/packages\/[^/]+)\/(src\/.+)$/.exec(file) ?? []
      if (!folder) continue
      const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
      const paths = Object.entries(manifest.exports)
      const path = paths.find(([, target]) => target['@stagedoor/source'] === `./${source}`)?.[0]
      if (path) module.name = manifest.name + path.slice(1)
    }
  })
}
