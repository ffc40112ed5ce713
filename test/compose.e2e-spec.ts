import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { isThere, run, where } from './support/installed.js';

interface ComposeService {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: unknown;
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [name: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const COMPOSE_FILES = ['compose.yaml', 'compose.postgres.yaml'];
const composeIn = (name: string): Compose =>
  // Compose merges `<<`, as YAML 1.1 has it.
  load(readFileSync(name, 'utf8'), { schema: YAML11_SCHEMA }) as Compose;

describe.each(COMPOSE_FILES)('The services of %s', (name) => {
  const services = Object.entries(composeIn(name).services);

  it.each(services)('%s restarts, is watched, and has limits and few rights', (_, service) => {
    expect(service).toMatchObject({
      restart: 'unless-stopped',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      logging: { driver: 'local' },
      healthcheck: expect.objectContaining({ retries: expect.any(Number) }),
    });
  });

  it.each(services)('%s is built here, or of a version that is named', (_, { image, build }) => {
    if (build === undefined) expect(image).toMatch(/^[a-z]+:\d+\.\d+[\w.-]*$/);
    else expect([image, build]).toEqual(['jarvis-memory', '.']);
  });

  it('are reached from this machine alone', () => {
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published).toEqual(['127.0.0.1:4000:4000']);
  });
});

describe('The compose file with PostgreSQL', () => {
  const { services, networks, volumes } = composeIn('compose.postgres.yaml');
  const proxyConfiguration = readFileSync('deploy/haproxy.cfg', 'utf8');
  const instances = Object.entries(services).filter(([, { build }]) => build !== undefined);

  it('has two instances that are alike, on one database', () => {
    const [[, first] = [], [, second] = []] = instances;
    expect(instances).toHaveLength(2);
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      environment: {
        DATABASE_URL: expect.stringMatching(/^postgres:\/\/jarvis:\S.*@postgres:5432\/jarvis$/),
      },
      depends_on: { postgres: { condition: 'service_healthy' } },
      env_file: [{ path: 'jarvis-memory.env', required: false }],
    });
    expect(Object.keys(first?.environment ?? {})).not.toContain('DB_PATH');
    expect(Object.keys(volumes)).toEqual(['backups', 'postgres']);
  });

  it('has no password in it, and does not start without', () => {
    const secrets = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(([variable]) => /PASSWORD|URL/.test(variable)),
    );
    expect(secrets).toHaveLength(4);
    for (const [, value] of secrets) {
      expect(value).toMatch(
        /^(?:postgres:\/\/jarvis:)?\$\{[A-Z_]+_PASSWORD:\?[^}]+\}(?:@postgres:5432\/jarvis)?$/,
      );
    }
    expect(readFileSync('.gitignore', 'utf8').split('\n')).toContain('/.env');
  });

  it('has a proxy that knows all instances, and one that they believe', () => {
    const named = [...proxyConfiguration.matchAll(/^ {2}server (\S+) (\S+):4000$/gm)];
    const servers = instances.map(([name]) => [name, name]);
    expect(named.map(([, label, host]) => [label, host])).toEqual([...servers, ...servers, ...servers]);
    expect(Object.keys(services['proxy']?.depends_on ?? {})).toEqual(instances.map(([name]) => name));
    expect(instances.every(([, { environment }]) => environment?.['TRUST_PROXY'] === '1')).toBe(true);
    expect(proxyConfiguration).not.toMatch(/^\s*(?:cookie|stick on)/m);
    expect(proxyConfiguration.match(/^backend sockets\n {2}balance source$/gm)).toHaveLength(1);
    expect(proxyConfiguration.match(/balance source/g)).toHaveLength(1);
  });

  it('keeps the database where only the instances are', () => {
    expect(networks?.['database']).toEqual({ internal: true });
    const neighbours = Object.entries(services).filter(([, service]) =>
      service.networks?.includes('database'),
    );
    expect(neighbours.map(([name]) => name)).toEqual(['memory-1', 'memory-2', 'postgres']);
  });
});

const [ofCompose, compose] = where(
  isThere('docker', 'compose', 'version'),
  'The compose files',
  'Docker Compose is not installed',
);

ofCompose(compose, () => {
  it.each(COMPOSE_FILES)('%s is valid', (name) => {
    const env = { ...process.env, POSTGRES_PASSWORD: 'one', DATABASE_PASSWORD: 'another' };
    expect(run('docker', ['compose', '--file', name, 'config', '--quiet'], env)).toEqual({
      status: 0,
      output: '',
    });
  });
});
