import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { signalOf } from './caller-signal.js';

function aResponse(writableEnded: boolean): Response {
  return Object.assign(new EventEmitter(), { writableEnded }) as unknown as Response;
}

describe('The signal of a caller', () => {
  it('fires where the connection ends before the answer', () => {
    const response = aResponse(false);
    const signal = signalOf(response);
    expect(signal.aborted).toBe(false);
    response.emit('close');
    expect(signal.reason).toMatchObject({ code: 'malformed_request' });
  });

  it('does not where it ends with the answer', () => {
    const response = aResponse(true);
    const signal = signalOf(response);
    response.emit('close');
    expect(signal.aborted).toBe(false);
  });
});
