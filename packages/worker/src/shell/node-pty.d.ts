// node-pty is optional and absent where it could not be compiled; its prebuilt twin always tells its types.
declare module 'node-pty' {
  export * from '@lydell/node-pty';
}
