import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Endless } from '../api/endless.js';
import { ProblemBox } from './ProblemBox.js';
import { Skeleton } from './Skeleton.js';

/** At the end of a list: what is below is loaded before one gets there. */
export function MoreRows<R>({ of, failure }: { of: Endless<R>; failure: string }): JSX.Element | null {
  const element = useRef<HTMLDivElement>(null);
  const next = of.next.value;
  const problem = of.problem.value;
  useEffect(() => {
    if (!element.current) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) of.loadMore();
      },
      { rootMargin: '600px 0px' },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [next]);
  if (next === null) return null;
  return (
    <div ref={element}>
      {problem ? <ProblemBox what={failure} problem={problem} retry={of.loadMore} /> : <Skeleton rows={2} />}
    </div>
  );
}
