import { batch, useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problems.js';
import { reconnects } from '../../state/connection.js';
import { versionOf } from '../../state/live.js';
import type { MessageRow } from './turns.js';

/** Messages a request. */
const PAGE = 200;
/** Characters that are loaded without being asked for: all of nearly every conversation. */
const AT_ONCE = 16_000_000;

const REDRAW_MS = 700;

/** A page of messages, and the cursor that led to it. */
interface Loaded {
  readonly cursor: string | undefined;
  readonly messages: readonly MessageRow[];
}

export interface Transcript {
  readonly messages: ReadonlySignal<readonly MessageRow[] | undefined>;
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Whether no message is missing at the end. */
  readonly isWhole: ReadonlySignal<boolean>;
  /** Goes on where it is too much to be loaded without being asked for. */
  readonly goOn: () => void;
  readonly reload: () => void;
}

/**
 * All messages of a conversation, page after page, and what is said from then on.
 * @param until what was said after this moment, in milliseconds since 1970, is left out.
 */
export function useTranscript(sessionId: string, until: number | undefined): Transcript {
  const pages = useSignal<readonly Loaded[]>([]);
  const messages = useSignal<readonly MessageRow[] | undefined>(undefined);
  const problem = useSignal<Problem | undefined>(undefined);
  const isWhole = useSignal(false);
  const allowed = useSignal(AT_ONCE);
  const times = useSignal(0);

  useEffect(() => {
    pages.value = [];
    messages.value = undefined;
    allowed.value = AT_ONCE;
  }, [sessionId, until]);

  useEffect(() => {
    const abort = new AbortController();
    const show = (loaded: readonly Loaded[], whole: boolean): void =>
      batch(() => {
        pages.value = loaded;
        messages.value = visible(loaded, until);
        isWhole.value = whole;
        problem.value = undefined;
      });
    readOn(sessionId, pages.peek(), allowed.peek(), until, abort.signal, show).catch((error: unknown) => {
      if (!abort.signal.aborted) problem.value = asProblem(error);
    });
    return () => abort.abort();
  }, [sessionId, until, versionOf('conversations').value, reconnects.value, allowed.value, times.value]);

  const goOn = (): void => void (allowed.value += AT_ONCE);
  const reload = (): void => void (times.value += 1);
  return { messages, problem, isWhole, goOn, reload };
}

/** Reads the last page that is known again, since more may have been said, and all after it. */
async function readOn(
  sessionId: string,
  known: readonly Loaded[],
  allowed: number,
  until: number | undefined,
  signal: AbortSignal,
  show: (loaded: readonly Loaded[], isWhole: boolean) => void,
): Promise<void> {
  let loaded = known.slice(0, -1);
  // What is only a page more is shown at once, whole.
  let shownAt = known.length > 0 ? performance.now() : -Infinity;
  let cursor = known.at(-1)?.cursor;
  for (;;) {
    const query = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const path = { sessionId };
    const call = api.GET('/api/memory/conversations/{sessionId}', { params: { path, query }, signal });
    const { messages, nextCursor } = await answerOf(call);
    if (signal.aborted) return;
    loaded = [...loaded, { cursor, messages }];
    const isPast = until !== undefined && Date.parse(messages.at(-1)?.timestamp ?? '') > until;
    const isWhole = nextCursor === null || isPast;
    const isEnd = isWhole || charactersOf(loaded) > allowed;
    // To draw ten thousand messages anew with each page would take longer than to load them.
    if (isEnd || performance.now() - shownAt > REDRAW_MS) {
      show(loaded, isWhole);
      shownAt = performance.now();
    }
    if (isEnd) return;
    cursor = nextCursor;
  }
}

function visible(loaded: readonly Loaded[], until: number | undefined): MessageRow[] {
  const all = loaded.flatMap(({ messages }) => messages);
  return until === undefined ? all : all.filter(({ timestamp }) => Date.parse(timestamp) <= until);
}

function charactersOf(loaded: readonly Loaded[]): number {
  return loaded.reduce(
    (sum, { messages }) => sum + messages.reduce((total, { content }) => total + content.length, 0),
    0,
  );
}
