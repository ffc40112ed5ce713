/** The name of the cookie of a session, for what a browser asks at an address over plain HTTP. */
export function cookieNameAt(address: string): string {
  const { port } = new URL(address);
  return port === '' ? 'jarvis_session' : `jarvis_session_${port}`;
}
