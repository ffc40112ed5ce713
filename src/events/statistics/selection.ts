import { placesOf, type Query } from '../../database/programs.js';
import { severitiesFrom } from '../event.values.js';
import type { StatisticsQueryDto } from './dto/statistics.request.js';

/** Which events are counted: the filters of the list of events. */
export type Selection = Pick<
  StatisticsQueryDto,
  'type' | 'severity' | 'minSeverity' | 'source' | 'node' | 'resolved' | 'openAt'
>;

/** The filters of a query as a condition that follows others; empty where all events are counted. */
export function conditionOf(selection: Selection): Query {
  const { type, severity, minSeverity, source, node, resolved, openAt } = selection;
  const parts = [
    ...[
      oneOf('type', type),
      oneOf('severity', severity),
      oneOf('severity', minSeverity && severitiesFrom(minSeverity)),
      oneOf('source', source),
      oneOf('node', node),
    ],
    resolved !== undefined && { text: `"resolved" = ${resolved ? 'true' : 'false'}`, values: [] },
    openAt !== undefined && {
      text: `"timestamp" <= ? AND ("resolved" = false OR "resolved_at" > ?)`,
      values: [openAt, openAt],
    },
  ].filter((part) => part !== false);
  return {
    text: parts.map(({ text }) => ` AND ${text}`).join(''),
    values: parts.flatMap(({ values }) => values),
  };
}

function oneOf(column: string, values: readonly string[] | undefined): Query | false {
  if (values === undefined) return false;
  return { text: `"${column}" IN (${placesOf(values)})`, values: [...values] };
}
