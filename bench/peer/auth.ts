import type { RequestHandler } from 'express';
import jwt from 'jsonwebtoken';

const SEVEN_DAYS_MS = 7 * 24 * 3600 * 1000;

export function login(secret: string, password: string): RequestHandler {
  return (request, response) => {
    if ((request.body as { password?: unknown } | undefined)?.password !== password) {
      response.status(401).json({ error: 'Invalid password' });
      return;
    }
    const token = jwt.sign({ sub: 'owner' }, secret, { expiresIn: '7d' });
    response.json({ token, expiresIn: '7d', expiresAt: new Date(Date.now() + SEVEN_DAYS_MS).toISOString() });
  };
}

/** The secret stays a string, as in the first backend: what that costs on every request is part of the figure. */
export function requireToken(secret: string): RequestHandler {
  return (request, response, next) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '');
    try {
      jwt.verify(token ?? '', secret);
    } catch {
      response.status(401).json({ error: 'Invalid or missing token' });
      return;
    }
    next();
  };
}
