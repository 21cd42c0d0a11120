// Containers, images, volumes and clusters.
import { has, operands } from '../call.js';
import { DELETE_RESOURCES, type Rule } from '../rule.js';

const DOCKER_VALUED = [
  '-H',
  '--host',
  '-c',
  '--context',
  '--config',
  '-l',
  '--log-level',
  '-f',
  '--file',
  '-p',
  '--project-name',
  '--profile',
  '--env-file',
  '--project-directory',
  '--connection',
  '--namespace',
  '--url',
];
const KUBE_VALUED = [
  '-n',
  '--namespace',
  '--context',
  '--kubeconfig',
  '--cluster',
  '--user',
  '-s',
  '--server',
  '--token',
  '-l',
  '--selector',
  '-f',
  '--filename',
  '-o',
];

const OBJECTS = [
  'container',
  'image',
  'volume',
  'network',
  'system',
  'builder',
  'buildx',
  'context',
  'secret',
  'config',
  'service',
  'stack',
  'node',
  'pod',
  'machine',
  'manifest',
  'plugin',
  'trust',
  'model',
  'compose',
  'swarm',
  'kube',
  'checkpoint',
  'scout',
  'sandbox',
  'offload',
];

function dockerDeletes(args: readonly string[]): boolean {
  const [first = '', second = ''] = operands(args, DOCKER_VALUED);
  const compose = first === 'compose';
  if (compose && second === 'down') return has(args, '-v', '--volumes', '--rmi');
  const verb = OBJECTS.includes(first) ? second : first;
  if (first === 'builder' || first === 'buildx') return verb === 'rm';
  if (first === 'swarm') return verb === 'leave' && has(args, '-f', '--force');
  return /^(rm|rmi|remove|prune|reset|destroy|kill|down)$/.test(verb) && !(first === 'kube' && verb !== 'down');
}

export const CONTAINER_RULES: readonly Rule[] = [
  {
    id: 'docker-delete',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: ['docker', 'podman', 'nerdctl', 'docker-compose', 'podman-compose', 'finch'],
    when: ({ program, args }) =>
      program.endsWith('-compose') ? dockerDeletes(['compose', ...args]) || operands(args, DOCKER_VALUED)[0] === 'rm' : dockerDeletes(args),
    asks: [
      'docker rm -f web',
      'docker volume rm media',
      'docker system prune -af',
      'docker compose down -v',
      'docker image prune -a',
      'docker rmi app',
      'docker kill web',
      'docker --context prod container rm front',
      'docker-compose down --volumes',
    ],
    runs: [
      'docker ps',
      'docker compose down',
      'docker build -t shop .',
      'docker run --rm node:20 node -v',
      'docker compose rm service --help',
      'docker logs front',
      'docker inspect rm',
    ],
  },
  {
    id: 'kubernetes-delete',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: [
      'kubectl',
      'oc',
      'k',
      'k3s',
      'microk8s',
      'helm',
      'helmfile',
      'argocd',
      'flux',
      'kind',
      'k3d',
      'minikube',
      'eksctl',
      'kops',
      'vcluster',
      'kubeadm',
      'istioctl',
      'rancher',
      'tkn',
      'kn',
    ],
    when: ({ program, args }) => {
      const said = operands(args, KUBE_VALUED);
      const verb = (program === 'k3s' || program === 'microk8s') && said[0] === 'kubectl' ? (said[1] ?? '') : (said[0] ?? '');
      if (program === 'helm' || program === 'helmfile') return /^(uninstall|delete|del|un|destroy)$/.test(verb);
      if (program === 'kubeadm') return verb === 'reset';
      return (
        verb === 'delete' ||
        verb === 'drain' ||
        (verb === 'scale' && args.includes('--replicas=0')) ||
        (verb === 'replace' && has(args, '--force')) ||
        (!['kubectl', 'oc', 'k'].includes(program) && /^(delete|uninstall|purge|rm)$/.test(said[1] ?? ''))
      );
    },
    asks: [
      'kubectl delete pods web',
      'kubectl -n prod delete deploy/front',
      'helm uninstall web',
      'minikube delete',
      'k3d cluster delete dev',
      'kubectl scale deploy/web --replicas=0',
    ],
    runs: [
      'kubectl get pods',
      'kubectl auth can-i delete nodes',
      'helm list',
      'kubectl delete pod web --dry-run=client',
      'kubectl wait --for delete pod/web',
    ],
  },
];
