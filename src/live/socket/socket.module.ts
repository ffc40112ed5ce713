import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/index.js';
import { LiveServiceModule } from '../live.module.js';
import { EventsGateway } from './events.gateway.js';
import { SocketAccess } from './socket-access.js';
import { SocketRoute } from './socket-route.js';

/** The feed of the first dashboard. */
@Module({
  imports: [AuthModule, LiveServiceModule],
  providers: [EventsGateway, SocketAccess, SocketRoute],
})
export class SocketModule {}
