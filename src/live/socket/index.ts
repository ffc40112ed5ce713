export { SocketIoAdapter, SOCKET_PATH } from './socket-io.adapter.js';
export { SocketModule } from './socket.module.js';
