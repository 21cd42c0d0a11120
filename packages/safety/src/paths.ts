// Paths that matter by themselves: places whose content starts programs or opens doors, and files that hold secrets.
import { SECRET } from './marks.js';

/** No system opens a longer one. */
const MAX_PATH = 4_096;

const normal = (path: string): string =>
  path
    .replace(/^(~|\$HOME|\/root|\/home\/[^/]+|\/Users\/[^/]+)(?=\/)/, '~')
    .replace(/^\/private(?=\/etc\/)/, '')
    .replace(/\/(\.?\/)+/g, '/');

const SYSTEM = /^\/(etc|usr|bin|sbin|lib|lib64|boot|sys|proc|System|Library|var\/spool\/cron|var\/lib\/dpkg|Applications)(\/|$)/;
const START_UP =
  /(^|\/)\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zprofile|zshenv|zlogin|kshrc|cshrc|tcshrc|inputrc|xinitrc|xprofile)$/;
/** A project may have its own of these. */
const ACCOUNT = /^~\/\.(gitconfig|npmrc|yarnrc(\.yml)?|pypirc|netrc|pgpass|vimrc|curlrc|wgetrc|gemrc|Rprofile)$/;
const DOORS =
  /(^|\/)(\.ssh|\.gnupg|\.aws|\.kube)(\/|$)|(^|\/)\.git\/(hooks\/|config$)|^~\/\.(local\/(bin|share\/applications)|config\/(autostart|systemd|fish|git|pip|gh)|docker|cargo\/bin)(\/|$)|^~\/Library\/Launch/;
const HARMLESS = /^\/proc\/self\/fd\/|^\/usr\/local\/(share|src|var)\/|^\/usr\/src\//;

/** Whether writing there changes how the machine or the account behaves; a project may lie inside a system folder. */
export const isSensitive = (path: string, projectRoot?: string): boolean => {
  if (path.length > MAX_PATH) return false;
  const at = normal(path);
  if (projectRoot && at.startsWith(`${normal(projectRoot)}/`) && !at.includes('/../')) return DOORS.test(at);
  return !HARMLESS.test(at) && (SYSTEM.test(at) || START_UP.test(at) || ACCOUNT.test(at) || DOORS.test(at));
};

const SECRETS =
  /(^|[/=@:])(\.env(\.(?!example|sample|template|dist|test|defaults?$)[\w.]+)?|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.git-credentials|\.htpasswd|credentials(\.json)?|id_(rsa|ed25519|ecdsa|dsa)|shadow|gshadow|kubeconfig|service-account\w*\.json|secrets?\.(ya?ml|json|env|toml)|[^/]{0,255}\.(pem|p12|pfx|key|keystore|jks|kdbx))$|(^|\/)\.(ssh|aws|gnupg|kube|docker|azure)(\/?$|\/(?!known_hosts|config$|.*\.pub$))|^\/proc\/(self|\d+)\/environ$|\.config\/(gcloud|gh)\//;

/** Whether the word names a file whose content must not leave, or carries such content. */
export const isSecret = (word: string): boolean =>
  word.includes(SECRET) || (word.length <= MAX_PATH && SECRETS.test(word.replace(/^.*=@?/, '')));

/** Block devices and raw memory: writing there destroys what is on them. */
export const isDevice = (path: string): boolean =>
  /^\/dev\/(sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|loop|md|dm-|mapper\/|mem|kmem|port|device|[a-z_]*drive|sr\d|nst|st\d|sg)/.test(path);

/** Where writing leaves nothing behind. */
export const isSink = (path: string): boolean => /^\/dev\/(null|stdout|stderr|stdin|tty|zero|full|fd\/\d+)$|^-$|^$/.test(path);
