import pg from 'pg';
import { PostgresStore } from '../postgres-store.mjs';
import { Cluster } from './cluster.mjs';
import { Follower } from './follower.mjs';

const DATABASE = 'jarvis';

/** The memory on two nodes, behind one address. */
export class FailoverStore extends PostgresStore {
  name = 'on two nodes of PostgreSQL 15 under Patroni';
  faults = ['failover'];
  secondInstanceShare = 1;
  /** What each round measured. */
  standstills = [];

  constructor() {
    super({ onDisk: true });
  }

  async start() {
    this.cluster = new Cluster();
    await this.cluster.start();
    this.follower = new Follower(this.cluster);
    await this.follower.start();
    const at = (database) => this.cluster.urlAt(this.follower.port, database);
    await queryAt(at('postgres'), `CREATE DATABASE ${DATABASE} TEMPLATE template0 ENCODING 'UTF8'`);
    const url = at(DATABASE);
    this.database = { url, queryAsAdmin: (text, values) => queryAt(url, text, values) };
  }

  /** What the rounds measured, as a table of Markdown. */
  get measured() {
    const lines = this.standstills.map((round, index) =>
      [
        index + 1,
        seconds(round.electedMs),
        seconds(round.standstillMs),
        round.acknowledged,
        round.unanswered,
      ].join(' | '),
    );
    const head = [
      'round',
      'another primary after',
      'writing stood still for',
      'rows acknowledged',
      'writes without an answer',
    ];
    return [head.join(' | '), head.map(() => '---').join(' | '), ...lines]
      .map((line) => `| ${line} |`)
      .join('\n');
  }

  async keep() {
    return 'nowhere: the nodes are removed';
  }

  async remove() {
    this.follower?.stop();
    await this.cluster?.destroy();
  }
}

async function queryAt(url, text, values) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
