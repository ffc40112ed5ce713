import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MemoryModule } from 'jarvis-memory';
import { MonitorService } from './monitor.service.js';
import { ProbeEntity } from './probe.entity.js';

@Module({
  imports: [MemoryModule, TypeOrmModule.forFeature([ProbeEntity])],
  providers: [MonitorService],
})
export class MonitorModule {}
