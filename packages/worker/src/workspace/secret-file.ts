// Files whose names say that they hold secrets: neither tools nor commands of a task may read them.

/** `.env` and `.env.local`, but not `.env.example`: samples are there to be read. */
const SECRET_FILE = /^\.env(?!\.(example|sample|template|defaults)$)(\..+)?$/i;

/** By the file's own name, without its folder. */
export const isSecretFile = (name: string): boolean => SECRET_FILE.test(name);
