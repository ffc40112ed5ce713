import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleEvent } from '../data/samples.js';
import { serveTasks } from '../processes/serve-tasks.js';
import { percentile } from '../statistics.js';
import type { ListenResult, ListenTask } from './listen-task.js';

const LATE_MS = 10_000;
const LOOK_MS = 5;
/** As a client that reads one message of it would know them. */
const SENT_AT = /"summary":"sent at ([\d.]+) ms"/g;
const LONGEST_MARK = 64;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** As cheap as can be: whoever listens shares the processors with the service. */
const open: Stream[] = [];
let saved = 0;

serveTasks(perform);

async function perform(task: ListenTask): Promise<ListenResult> {
  switch (task.kind) {
    case 'open':
      return openAll(task);
    case 'save':
      return save(task);
    case 'resume':
      return resume(task);
    case 'close':
      return closeAll();
  }
}

class Stream {
  readonly times: number[] = [];
  private rest = '';
  private constructor(
    readonly sent: ClientRequest,
    readonly answer: IncomingMessage,
  ) {}

  static async open(url: string, headers: Record<string, string>, isReading: boolean): Promise<Stream> {
    const sent = request(url, { headers, agent: false });
    const answer = await answerTo(sent);
    if (answer.statusCode !== 200) throw new Error(`A stream was answered with ${answer.statusCode}`);
    const stream = new Stream(sent, answer);
    // One that stops reading is ended by the service.
    answer.on('error', () => undefined);
    if (isReading)
      answer.setEncoding('latin1').on('data', (text: string) => {
        stream.take(text);
      });
    return stream;
  }

  private take(text: string): void {
    const now = performance.now();
    const all = this.rest + text;
    let end = 0;
    for (const mark of all.matchAll(SENT_AT)) {
      this.times.push(now - Number(mark[1]));
      end = mark.index + mark[0].length;
    }
    this.rest = all.slice(Math.max(end, all.length - LONGEST_MARK));
  }
}

async function openAll({
  url,
  keys,
  paths,
  isReading,
}: ListenTask & { kind: 'open' }): Promise<ListenResult> {
  const opened = paths.map((path, index) =>
    Stream.open(url + path, { 'x-api-key': keys[index % keys.length] ?? '' }, isReading),
  );
  open.push(...(await Promise.all(opened)));
  return heardSoFar();
}

/** At a steady pace, whether or not earlier ones are answered. */
async function save(task: ListenTask & { kind: 'save' }): Promise<ListenResult> {
  const { perSecond, seconds, isHeard } = task;
  const before = heardSoFar().heard;
  const times = open.map((stream) => stream.times.length);
  const count = Math.max(1, Math.round(perSecond * seconds));
  const begun = performance.now();
  const answers: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const wait = begun + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    answers.push(post(task));
  }
  await Promise.all(answers);
  const missing = () => (isHeard ? count * open.length - (heardSoFar().heard - before) : 0);
  for (const deadline = performance.now() + LATE_MS; missing() > 0 && performance.now() < deadline;)
    await sleep(LOOK_MS);
  const latencies = open.flatMap((stream, index) => stream.times.slice(times[index])).sort((a, b) => a - b);
  const problem = missing() === 0 ? undefined : `${missing()} messages too few`;
  return { p95: percentile(latencies, 0.95), heard: heardSoFar().heard - before, problem };
}

async function post({ url, headers, details }: ListenTask & { kind: 'save' }): Promise<void> {
  const event = sampleEvent((saved += 1));
  const text = details > 0 ? { text: 'x'.repeat(details) } : {};
  const summary = `sent at ${performance.now().toFixed(3)} ms`;
  const body = JSON.stringify({ ...event, summary, details: { ...event.details, ...text } });
  const sent = request(`${url}/api/memory/events`, { method: 'POST', headers, agent });
  const answer = answerTo(sent, body);
  const { statusCode } = (await answer).resume();
  if (statusCode !== 201) throw new Error(`An event was answered with ${statusCode}`);
}

/** One after the other, each on a line of its own. */
async function resume({
  url,
  headers,
  paths,
  after,
}: ListenTask & { kind: 'resume' }): Promise<ListenResult> {
  const times: number[] = [];
  for (const [index, id] of after.entries()) {
    const begun = performance.now();
    const sent = request(url + (paths[index] ?? ''), {
      headers: { ...headers, 'last-event-id': id },
      agent: false,
    });
    const answer = await answerTo(sent);
    await firstMessage(answer);
    times.push(performance.now() - begun);
    sent.destroy();
  }
  times.sort((a, b) => a - b);
  return { p95: percentile(times, 0.95), heard: times.length };
}

function firstMessage(answer: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    answer.once('error', reject).setEncoding('latin1');
    answer.on('data', (part: string) => {
      text += part;
      if (text.includes('event: resync')) reject(new Error('The place to go on from is not known'));
      else if (/^data: .*\n\n/m.test(text)) resolve();
    });
  });
}

async function closeAll(): Promise<ListenResult> {
  const result = heardSoFar();
  const closed = open.splice(0).map(
    ({ sent }) =>
      new Promise<void>((resolve) => {
        if (sent.closed) resolve();
        else sent.once('close', resolve).destroy();
      }),
  );
  await Promise.all(closed);
  return result;
}

function heardSoFar(): ListenResult {
  return { p95: NaN, heard: open.reduce((sum, { times }) => sum + times.length, 0) };
}

function answerTo(sent: ClientRequest, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // It stays: what is cut off later fails as well.
    sent.on('error', reject).end(body);
  });
}
