// The settings that say where Redis is, and how it is known for what it is.
import { optional, setting } from '../setting.js';
import { address, certificates, hostName, port, redisUrl, text, wholeNumber } from '../values.js';

export const REDIS = {
  redisUrl: optional({
    name: 'REDIS_URL',
    doc: 'Where Redis is, as one URL. Wins over REDIS_HOST, REDIS_PORT and REDIS_DB.',
    example: 'redis://localhost:6379/0',
    secret: true,
    schema: redisUrl,
  }),
  redisHost: setting({
    name: 'REDIS_HOST',
    doc: 'Without this, REDIS_PORT and REDIS_URL, a running `tars up` of this user is looked for first, then localhost:6379.',
    default: 'localhost',
    schema: address,
  }),
  redisPort: setting({ name: 'REDIS_PORT', doc: '', default: '6379', schema: port }),
  redisDb: setting({ name: 'REDIS_DB', doc: '', default: '0', schema: wholeNumber(0, 9_999) }),
  redisPassword: optional({
    name: 'REDIS_PASSWORD',
    doc: 'Also used with a REDIS_URL that holds no password.',
    example: 'the-password-of-your-redis',
    secret: true,
    schema: text,
  }),
  redisCa: optional({
    name: 'REDIS_CA',
    doc: 'For rediss://: the certificates (PEM) that vouch for the server, where none that the system trusts does. Best as REDIS_CA_FILE.',
    example: '(the CA of your Redis service in PEM form)',
    fromFile: true,
    schema: certificates,
  }),
  redisTlsServername: optional({
    name: 'REDIS_TLS_SERVERNAME',
    doc: 'For rediss://: the name the server is asked for (SNI) and its certificate must bear, where that is not the host of REDIS_URL, as behind a tunnel.',
    example: 'redis.example.com',
    schema: hostName,
  }),
};
