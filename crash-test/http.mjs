import { Buffer } from 'node:buffer';
import http from 'node:http';

const LONGEST_WAIT_MS = 15_000;

/**
 * One request to the service, on a connection of its own unless an agent keeps one: a kept connection may lead to the
 * process that was killed.
 * @returns {Promise<{ status: number, body: unknown }>} `body` is undefined where the answer broke off: its status
 *   says already that the write is on disk.
 * @throws Error where no answer came.
 */
export function request(base, { method = 'GET', path, body, token, agent = false }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request(`${base}${path}`, { method, headers, agent, timeout: LONGEST_WAIT_MS });
    sent.on('response', (response) => readAnswer(response, resolve));
    sent.on('timeout', () =>
      sent.destroy(new Error(`no answer to ${method} ${path} in ${LONGEST_WAIT_MS} ms`)),
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
  response.on('end', () => resolve({ status, body: parse(Buffer.concat(chunks).toString()) }));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
