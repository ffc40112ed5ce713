import type { ComponentChildren, JSX } from 'preact';
import type { Resource } from '../api/resource.js';
import { ProblemBox } from './ProblemBox.js';
import { Skeleton } from './Skeleton.js';

interface Props<T> {
  readonly of: Resource<T>;
  /** What could not be done where it fails: "The events could not be read." */
  readonly failure: string;
  readonly rows?: number;
  readonly children: (data: T) => ComponentChildren;
}

/** What was loaded; before that a skeleton; a problem where there is nothing to show. */
export function Loaded<T>({ of, failure, rows, children }: Props<T>): JSX.Element {
  const data = of.data.value;
  const problem = of.problem.value;
  if (data !== undefined && (problem === undefined || problem.status === 0)) return <>{children(data)}</>;
  if (problem) return <ProblemBox what={failure} problem={problem} retry={of.reload} />;
  return <Skeleton rows={rows} />;
}
