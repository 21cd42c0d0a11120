// Which setting is missing for any command to be approved at all.
import type { Config } from './config.js';

/** Its name; null where codes can be checked. */
export function missingCodeSetting({
  confirmationMode,
  confirmationCode,
  totpSecret,
}: Pick<Config, 'confirmationMode' | 'confirmationCode' | 'totpSecret'>): 'CONFIRMATION_CODE' | 'TOTP_SECRET' | null {
  if (confirmationMode === 'totp') return totpSecret === null ? 'TOTP_SECRET' : null;
  return confirmationCode === null ? 'CONFIRMATION_CODE' : null;
}
