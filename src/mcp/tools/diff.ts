import { READERS } from '../../auth/roles.js';
import { DiffQueryDto, type ChangeLineDto } from '../../history/index.js';
import { decodeCursor, encodeCursor, scopeOf } from '../../paging/index.js';
import { CursorField } from '../../validation/index.js';
import { fillAnswer, placed, type Item } from '../answer-size.js';
import { shownCoverage } from '../coverage.js';
import { defineTool, READS } from '../tool.js';

const MAX_LINE_CHARACTERS = 400;

class DiffArguments extends DiffQueryDto {
  @CursorField()
  cursor?: string;
}

export const DIFF = defineTool({
  name: 'memory_diff',
  title: 'What changed in the cluster',
  description: `What changed in the cluster from one moment to another: guests that started, stopped, moved, came or went, nodes that left or returned, storage that filled, quorum. It worked yesterday: ask this first. from and to are moments, or ids of snapshots (3 for "snapshot 3"); to is now where it is left out.
Answers { from: { id, timestamp }, to, items: [{ line, kind, subject, node? }], noise, nextCursor, coverage: { from, to, gaps, thinned } }. from and to are the snapshots that were in force. No items means that nothing changed but values that always move. What came and went in between is in memory_timeline, with kind snapshot.
Example: {"from":"2026-11-22T02:00:00Z","to":"2026-11-22T04:00:00Z"}`,
  roles: READERS,
  effect: READS,
  input: DiffArguments,
  run: async (memory, { cursor, ...query }, signal) => {
    const found = await memory.snapshotHistory.diff(query, signal);
    const { from, to } = found;
    // What was in force now is another snapshot soon.
    const scope = scopeOf('memory_diff', { from: from.id, to: to.id, noise: query.noise });
    const begin = cursor === undefined ? undefined : decodeCursor(cursor, scope);
    const beside = { from, to, noise: found.noise, coverage: shownCoverage(found.coverage) };
    const items = placed(found.summary.map(toItem), Number(begin?.sortKey ?? 0));
    const { items: shown, next } = await fillAnswer(
      items,
      begin && { place: begin.sortKey, from: begin.id },
      beside,
    );
    const nextCursor = next ? encodeCursor({ sortKey: next.place, id: next.from }, scope) : null;
    return { items: shown, nextCursor, ...beside };
  },
});

function toItem({ text, kind, subject, node }: ChangeLineDto): Item {
  return {
    line: text.slice(0, MAX_LINE_CHARACTERS),
    kind,
    subject: subject.slice(0, MAX_LINE_CHARACTERS),
    ...(node !== undefined && { node }),
  };
}
