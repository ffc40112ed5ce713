import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { anEvent } from './factories/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { expectProblem } from './factories/problem.js';
import { isThere, where } from './support/installed.js';
import { startNginxWith, type Nginx } from './support/nginx.js';
import { PASSWORD, startService, type TestService } from './support/service.js';

const [below, name] = where(
  isThere('nginx', '-v'),
  'The service below a path of nginx, as the page on running it says',
  'nginx is not installed',
);

/** The example of the page. */
const [, EXAMPLE = ''] = /```nginx\n([\s\S]*?)```/.exec(readFileSync('docs/10-running.md', 'utf8')) ?? [];

below(name, () => {
  let service: TestService;
  let nginx: Nginx;
  beforeAll(async () => {
    service = await startService({ environment: { TRUST_PROXY: '1' } });
    nginx = await startNginxWith(EXAMPLE.replace('http://127.0.0.1:4000', service.url));
  });
  afterAll(async () => {
    await nginx.stop();
    await service.destroy();
  });

  const follow = async (path: string): Promise<{ url: string; text: string }> => {
    const answer = await fetch(nginx.url + path);
    expect(answer.status).toBe(200);
    return { url: answer.url, text: await answer.text() };
  };

  it.each(['/jarvis', '/jarvis/', '/jarvis/ui', '/jarvis/ui/'])(
    'leads from %s to the explorer',
    async (path) => {
      const { url, text } = await follow(path);
      expect(url).toBe(`${nginx.url}/jarvis/ui/`);
      for (const [, link = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
        expect(link).toMatch(/^\.\//);
        expect((await fetch(new URL(link, url))).status).toBe(200);
      }
    },
  );

  it('lets a page log in, save and listen, and refuses pages of other hosts', async () => {
    const { host } = new URL(nginx.url);
    const post = (path: string, body: object, headers: Record<string, string>): Promise<RawAnswer> =>
      rawRequest(nginx.url, {
        method: 'POST',
        path: `/jarvis/api${path}`,
        headers: { Host: host, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const own = { Origin: nginx.url };
    const login = await post('/auth/session', { password: PASSWORD }, own);
    expect(login.status).toBe(200);
    const [cookie = ''] = login.headers['set-cookie']![0]!.split(';');
    const stream = await fetch(`${nginx.url}/jarvis/api/memory/stream`, { headers: { cookie } });
    expect((await post('/memory/events', anEvent({ summary: 'heard' }), { ...own, cookie })).status).toBe(
      201,
    );
    let heard = '';
    for await (const piece of stream.body!) {
      heard += Buffer.from(piece).toString();
      if (heard.includes('"summary":"heard"')) break;
    }
    const { status, body } = await post('/memory/events', anEvent(), { Origin: 'http://nas.lan', cookie });
    expect(status).toBe(403);
    expectProblem(body, 'forbidden');
  });
});
