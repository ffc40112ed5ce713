import type { OnModuleDestroy } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayDisconnect, type OnGatewayInit } from '@nestjs/websockets';
import type { Namespace, Server, Socket } from 'socket.io';
import { SocketAccess } from './socket-access.js';

/** Credentials are looked at again so often. */
const CHECK_INTERVAL_MS = 10_000;
/** What says nothing of the credential itself: the database may be back with the next check. */
const PASSING: ReadonlySet<string | undefined> = new Set(['database_busy', 'database_unavailable']);

/**
 * The namespace `/events` of the first backend. A client that has to go is cut off below Socket.IO, so that it connects
 * again by itself and is told what is wrong.
 */
@WebSocketGateway({ namespace: 'events' })
export class EventsGateway implements OnGatewayInit<Namespace>, OnGatewayDisconnect<Socket>, OnModuleDestroy {
  private namespace!: Namespace;
  private checks: NodeJS.Timeout | undefined;

  constructor(private readonly access: SocketAccess) {}

  get server(): Server {
    return this.namespace.server;
  }

  afterInit(namespace: Namespace): void {
    this.namespace = namespace;
    namespace.use((client, next) => {
      void this.access.refusalOf(credentialOf(client)).then(next);
    });
    this.checks = setInterval(() => void this.checkAll(), CHECK_INTERVAL_MS).unref();
  }

  /** There is nothing else that the session could be for; waiting for its next poll would keep it for half a minute. */
  handleDisconnect({ conn }: Socket): void {
    conn.close(true);
  }

  onModuleDestroy(): void {
    clearInterval(this.checks);
  }

  private async checkAll(): Promise<void> {
    for (const client of [...this.namespace.sockets.values()]) {
      const refusal = await this.access.refusalOf(credentialOf(client));
      if (refusal && !PASSING.has(refusal.data?.code)) client.conn.close(true);
    }
  }
}

function credentialOf({ handshake }: Socket): unknown {
  return handshake.auth['token'];
}
