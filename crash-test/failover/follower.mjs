import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { clearInterval, setInterval } from 'node:timers';

const LOOK_EVERY_MS = 250;

/**
 * The address that follows the primary, as HAProxy is set up beside Patroni: it asks each node whether it leads, sends new
 * connections to that one, and cuts those to a node that leads no more.
 */
export class Follower {
  constructor(cluster) {
    this.cluster = cluster;
    this.connections = new Set();
  }

  async start() {
    this.server = createServer((client) => this.forward(client)).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    await this.look();
  }

  async look() {
    const leader = await this.cluster.leader();
    if (leader === this.leader) return;
    this.leader = leader;
    for (const { node, sockets } of this.connections)
      if (node !== leader) for (const socket of sockets) socket.destroy();
  }

  forward(client) {
    const node = this.leader;
    client.on('error', () => undefined);
    if (!node) return client.destroy();
    const server = connect(node.port, '127.0.0.1');
    const connection = { node, sockets: [client, server] };
    this.connections.add(connection);
    server.on('error', () => undefined);
    for (const socket of connection.sockets) {
      socket.on('close', () => {
        this.connections.delete(connection);
        for (const other of connection.sockets) other.destroy();
      });
    }
    return client.pipe(server).pipe(client);
  }

  stop() {
    clearInterval(this.timer);
    this.server?.close();
    for (const { sockets } of this.connections) for (const socket of sockets) socket.destroy();
  }
}
