import type { components, paths } from './schema.js';

/** The shapes of the API, by their names in its document. */
export type Schemas = components['schemas'];
export type EventRow = Schemas['EventDto'];
export type Severity = Schemas['Severity'];
export type Coverage = Schemas['CoverageDto'];
export type Gap = Schemas['GapDto'];

/** The query parameters of a GET route. */
export type QueryOf<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? Q
  : never;
