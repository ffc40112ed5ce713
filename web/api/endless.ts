import { useEffect } from 'preact/hooks';
import { useSignal, useSignalEffect, type ReadonlySignal } from '@preact/signals';
import { reconnects } from '../state/connection.js';
import { asProblem, type Problem } from './problems.js';
import { joinPages, type PageOf } from './join-pages.js';
import { useResource, type Resource } from './resource.js';

export interface Endless<R> {
  /** All rows that were loaded, in order; undefined before the first. */
  readonly rows: ReadonlySignal<readonly R[] | undefined>;
  readonly next: ReadonlySignal<string | null>;
  readonly first: Resource<unknown>;
  /** Why the page after the last row could not be loaded. */
  readonly problem: ReadonlySignal<Problem | undefined>;
  readonly loadMore: () => void;
}

interface Options<R> {
  /** Undefined where there is nothing to ask for. */
  readonly load: ((cursor: string | undefined, signal?: AbortSignal) => Promise<PageOf<R>>) | undefined;
  readonly idOf: (row: R) => string | number;
  /** What makes it another list. */
  readonly keys: readonly unknown[];
  /** Counts up when rows may have come: the beginning is asked for again, and what was loaded below it stays. */
  readonly version?: number;
}

interface Known<R> extends PageOf<R> {
  readonly key: string;
}

/** A list that is loaded page by page as one scrolls. */
export function useEndless<R>({ load, idOf, keys, version = 0 }: Options<R>): Endless<R> {
  const known = useSignal<Known<R> | undefined>(undefined);
  const rows = useSignal<readonly R[] | undefined>(undefined);
  const next = useSignal<string | null>(null);
  const problem = useSignal<Problem | undefined>(undefined);
  const pending = useSignal<string | undefined>(undefined);
  const key = JSON.stringify(keys);
  const first = useResource<Known<R>>(
    load && (async (signal) => ({ ...(await load(undefined, signal)), key })),
    [key, version],
  );
  const show = (list: Known<R>): void => {
    known.value = list;
    rows.value = list.rows;
    next.value = list.next;
  };
  useSignalEffect(() => {
    const page = first.data.value;
    const last = known.peek();
    if (page) show(last?.key === page.key ? joinPages(page, last, idOf) : page);
  });
  const loadMore = (): void => {
    const list = known.peek();
    // The cursor of one list is none of another.
    if (!load || !list?.next || list.key !== key || pending.peek() === list.next) return;
    const cursor = list.next;
    pending.value = cursor;
    problem.value = undefined;
    load(cursor).then(
      (page) => {
        const current = known.peek();
        if (current?.next === cursor)
          show({ ...current, rows: [...current.rows, ...page.rows], next: page.next });
        pending.value = undefined;
      },
      (error: unknown) => {
        problem.value = asProblem(error);
        pending.value = undefined;
      },
    );
  };
  useEffect(() => {
    // A page that did not arrive because the service was away is asked for again when it is back.
    if (problem.peek()?.status === 0) loadMore();
  }, [reconnects.value]);
  return { rows, next, first, problem, loadMore };
}
