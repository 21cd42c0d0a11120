import base from '../../jest.base.mjs';

export default {
  ...base(import.meta.dirname),
  // unbash and the sandbox runtime, with two of its parts, are published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!.*(unbash|sandbox-runtime|lodash-es))'],
};
