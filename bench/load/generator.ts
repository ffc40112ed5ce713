import autocannon from 'autocannon';
import { serveTasks } from '../processes/serve-tasks.js';
import { percentile } from '../statistics.js';
import type { LoadResult, LoadTask } from './load-task.js';
import { loadWithWrk, wrkVersion } from './wrk.js';

const hasWrk = wrkVersion() !== undefined;

serveTasks(loadServer);

/** `value` is answers per second. wrk knows times only, so that a number of requests is always autocannon's. */
function loadServer(task: LoadTask): Promise<LoadResult> {
  const { seconds } = task;
  return hasWrk && seconds !== undefined ? loadWithWrk({ ...task, seconds }) : loadWithAutocannon(task);
}

/** autocannon's own histogram has whole milliseconds and no p95, so times are kept. */
function loadWithAutocannon(task: LoadTask): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    const startedAt = performance.now();
    let lastAt = startedAt;
    const instance = autocannon(options(task), (error: Error | null, result) => {
      if (error) {
        reject(error);
        return;
      }
      times.sort((a, b) => a - b);
      resolve({
        value: times.length / ((lastAt - startedAt) / 1000),
        p95: percentile(times, 0.95),
        p99: percentile(times, 0.99),
        count: times.length,
        problem: problemOf(result, task),
      });
    });
    instance.on('response', (_client, _status, _bytes, milliseconds) => {
      lastAt = performance.now();
      times.push(milliseconds);
    });
  });
}

function options({ url, headers, requests, connections, seconds, amount }: LoadTask): autocannon.Options {
  const bound = amount === undefined ? { duration: seconds } : { amount };
  return { url, headers, requests, connections, ...bound, timeout: 10, sampleInt: 5 };
}

/** A fast error is not speed: anything but the wished answers spoils the measurement. */
function problemOf(result: autocannon.Result, { allow304, connections }: LoadTask): string | undefined {
  const counts = Object.entries(result.statusCodeStats ?? {});
  const wrong = counts.filter(([status]) => !/^2/.test(status) && !(allow304 && status === '304'));
  const answered = counts.reduce((sum, [, stats]) => sum + (stats.count ?? 0), 0);
  const unanswered = result.requests.sent - answered;
  const problems = [
    ...wrong.map(([status, stats]) => `${stats.count} answers with status ${status}`),
    ...(result.errors > 0
      ? [`${result.errors} connection errors, of which ${result.timeouts} timeouts`]
      : []),
    ...(unanswered > connections ? [`${unanswered} requests never answered`] : []),
    ...(answered === 0 ? ['no answers'] : []),
  ];
  return problems.length > 0 ? problems.join('; ') : undefined;
}
