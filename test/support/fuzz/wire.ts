import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { WireRequest } from './draft.js';

export interface Answer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The text read as JSON; `undefined` where it is none. */
  readonly body: unknown;
  readonly error?: string;
}

const RESPONSE_TIMEOUT_MS = 30_000;
const STREAM = 'text/event-stream';

/** Sends requests to one service, just as they are. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private readonly host: string;
  private readonly port: number;

  constructor(url: string) {
    this.host = new URL(url).hostname;
    this.port = Number(new URL(url).port);
  }

  send(request: WireRequest): Promise<Answer> {
    return request.bytes ? this.sendBytes(request.bytes, request.isCut === true) : this.sendRequest(request);
  }

  close(): void {
    this.agent.destroy();
  }

  private sendRequest({ method, target, headers, body, from }: WireRequest): Promise<Answer> {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    return new Promise((resolve) => {
      const fail = (error: Error): void => {
        resolve({ status: 0, headers: {}, text: '', body: undefined, error: error.message });
      };
      const options = {
        host: this.host,
        port: this.port,
        method,
        path: target,
        headers: { ...headers, ...length },
        agent: this.agent,
        localAddress: from,
        timeout: RESPONSE_TIMEOUT_MS,
      };
      const sent = httpRequest(options, (answer) => {
        const chunks: Buffer[] = [];
        const finish = (): void => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: answer.statusCode ?? 0,
            headers: flat(answer.headers),
            text,
            body: jsonOf(text),
          });
        };
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', finish);
        // Such an answer has no end.
        if (answer.headers['content-type'] === STREAM) {
          answer.once('data', () => {
            finish();
            sent.destroy();
          });
        }
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${RESPONSE_TIMEOUT_MS} ms`)));
      sent.on('error', fail);
      sent.end(body);
    });
  }

  private sendBytes(bytes: Buffer, isCut: boolean): Promise<Answer> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let error: string | undefined;
      const socket = connect({ host: this.host, port: this.port, timeout: RESPONSE_TIMEOUT_MS });
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (chunk.includes(STREAM)) socket.destroy();
      });
      socket.on('timeout', () => socket.destroy(new Error(`no end within ${RESPONSE_TIMEOUT_MS} ms`)));
      socket.on('error', (failure) => (error = failure.message));
      socket.on('close', () => {
        resolve({ ...parsed(Buffer.concat(chunks).toString()), ...(error !== undefined && { error }) });
      });
      // Who ends his side is taken for gone, and gets no answer: only for what never becomes a whole request.
      if (isCut) socket.end(bytes);
      else socket.write(bytes);
    });
  }
}

/** The first final answer in what came over a socket. */
function parsed(received: string): Answer {
  const text = received.replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
  const [head = ''] = text.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((one) => [one.split(':')[0]?.toLowerCase() ?? '', one.replace(/^[^:]*:\s*/, '')]),
  );
  const rest = Buffer.from(text.slice(head.length + 4));
  const isChunked = headers['transfer-encoding'] === 'chunked';
  const body = isChunked ? unchunked(rest) : cut(rest, headers['content-length']);
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0),
    headers,
    text: body,
    body: jsonOf(body),
  };
}

/** What belongs to the first answer; what comes behind answers a second request. */
function cut(rest: Buffer, length: string | undefined): string {
  return rest.subarray(0, length === undefined ? rest.length : Number(length)).toString();
}

function unchunked(rest: Buffer): string {
  const end = rest.indexOf('\r\n');
  const size = end < 0 ? 0 : Number.parseInt(rest.subarray(0, end).toString(), 16);
  if (!(size > 0)) return '';
  const from = end + 2;
  return rest.subarray(from, from + size).toString() + unchunked(rest.subarray(from + size + 2));
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
