import { Buffer } from 'node:buffer';
import http from 'node:http';

const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Sends a request to the service, on a new connection unless an agent is given: a kept-alive connection may belong to the
 * killed process.
 * @returns {Promise<{ status: number, body: unknown, text?: string, retryAfter?: string }>} `text` is undefined where the answer was cut off:
 *   its status alone acknowledges the write. `body` is the text as JSON.
 * @throws Error where no answer came.
 */
export function request(base, { method = 'GET', path, body, token, agent = false }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(`${base}${path}`, { method, headers, agent, timeout: REQUEST_TIMEOUT_MS });
    sent.on('response', (response) => readAnswer(response, resolve));
    sent.on('timeout', () =>
      sent.destroy(new Error(`no answer to ${method} ${path} in ${REQUEST_TIMEOUT_MS} ms`)),
    );
    sent.on('error', reject);
    sent.end(text);
  });
}

function readAnswer(response, resolve) {
  const chunks = [];
  const status = response.statusCode;
  response.on('data', (chunk) => chunks.push(chunk));
  response.on('error', () => resolve({ status, body: undefined }));
  response.on('end', () => {
    const text = Buffer.concat(chunks).toString();
    resolve({ status, body: parse(text), text, retryAfter: response.headers['retry-after'] });
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
