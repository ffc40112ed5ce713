import type { ThreadReader } from '../../database/programs.js';
import { indexFilter, passes } from './filters.js';
import { countFold } from './fold-events.js';
import type { Found } from './found.js';
import type { Scope } from './scope.js';
import type { Explanation, Hit, SearchInput } from './search.types.js';
import { neighboursOf } from './session-windows.js';
import { snippetOf } from './snippet.js';
import type { Weighed } from './weigh-query.js';

/** Makes answers of what was found. */
export class HitWriter {
  constructor(
    private readonly reader: ThreadReader,
    private readonly input: SearchInput,
    private readonly scope: Scope,
    private readonly weighed: Weighed,
  ) {}

  async write(found: Found): Promise<Hit> {
    const { kind, key, row, score, ranked } = found;
    const { analyser, query } = this.weighed;
    const { frequencies } = analyser.analyse(row.text);
    return {
      kind,
      key,
      timestamp: row.timestamp,
      score,
      snippet: snippetOf(row.text, analyser, query.weights),
      matched: query.units.filter((_, unit) => (frequencies[unit] ?? 0) > 0).map(({ text }) => text),
      ...(await this.around(found)),
      ...(this.input.explain && ranked ? { explain: this.explain(ranked) } : {}),
    };
  }

  private async around(found: Found): Promise<Partial<Hit>> {
    const { reader, input, scope } = this;
    if (found.kind === 'message' && input.neighbours > 0) {
      return neighboursOf(reader, found.row, input.neighbours, scope.message?.newest ?? 0);
    }
    if (found.kind !== 'event' || !found.fold || !scope.event) return {};
    const filter = indexFilter('event', input.filters, input.now);
    const counted = await countFold(reader, found.fold, filter, scope.event, (row) =>
      passes(input.filters, row),
    );
    return { ...counted, nodes: [...found.fold.nodes] };
  }

  private explain({ frequencies, parts }: NonNullable<Found['ranked']>): Explanation {
    const { units, documents, weights } = this.weighed.query;
    const words = units.map(({ text }, unit) => ({
      word: text,
      documents: documents[unit] ?? 0,
      weight: rounded(weights[unit] ?? 0),
      frequency: rounded(frequencies[unit] ?? 0),
    }));
    return {
      words,
      parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, rounded(part)])),
    };
  }
}

function rounded(number: number): number {
  return Math.round(number * 1e4) / 1e4;
}
