// Looks at the content of a server, whose tables the server itself looks after.
import { checkBlocks } from './blocks/check-blocks.js';
import { DERIVED_CHECKS, tablesWhere } from './catalogue.js';
import type { ContentCheck } from './check-content.js';
import type { RunProgram } from './thread-program.js';

const TABLES = tablesWhere(({ entry }) => entry.role === 'content');

export const run: RunProgram<null, ContentCheck> = async (reader) => {
  const ask = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    (await reader.read<Row>({ text, values: [] })).rows;
  const counted = async (text: string): Promise<number> => {
    const [row] = await ask<object>(text);
    return Number(Object.values(row ?? {})[0]);
  };
  const rows: Record<string, number> = {};
  for (const table of TABLES) rows[table] = await counted(`SELECT count(*) FROM "${table}"`);
  const findings: string[] = [];
  for (const { count, message } of DERIVED_CHECKS.filter(({ isOfFile }) => !isOfFile)) {
    const wrong = await counted(count);
    if (wrong > 0) findings.push(`${message}: ${wrong}`);
  }
  return {
    rows,
    findings: [...findings, ...(await checkBlocks(async (query) => (await reader.read<never>(query)).rows))],
  };
};
