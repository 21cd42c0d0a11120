// Infrastructure tools, cloud clients, HTTP interfaces and registries: what a deleting verb removes there.
import { has, operands, valuesOf } from '../call.js';
import { deletingVerb } from '../deleting-verb.js';
import { DELETE_RESOURCES, type Rule } from '../rule.js';

const CLOUD_VALUED = [
  '--profile',
  '--region',
  '--project',
  '--output',
  '--endpoint-url',
  '-g',
  '--resource-group',
  '-p',
  '-c',
  '-R',
  '--repo',
  '-t',
  '--token',
  '-s',
  '-o',
  '-n',
  '-f',
  '--zone',
  '--account',
  '--subscription',
];

export const CLOUD_RULES: readonly Rule[] = [
  {
    id: 'infrastructure-destroy',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: [
      'terraform',
      'tofu',
      'terragrunt',
      'pulumi',
      'cdk',
      'cdktf',
      'serverless',
      'sls',
      'sst',
      'sam',
      'vagrant',
      'packer',
      'copilot',
      'amplify',
      'kamal',
      'nomad',
      'encore',
      'waypoint',
      'azd',
    ],
    when: ({ program, args }) => {
      const said = operands(args, ['-chdir', '-s', '--stack', '--stage', '-c']).slice(0, 3);
      const destroyFlag = args.some((arg) => /^--?destroy(=true)?$/.test(arg)) && said[0] !== 'plan';
      if (program === 'terraform' || program === 'tofu' || program === 'terragrunt')
        return (
          destroyFlag ||
          ['destroy', 'taint'].includes(said[0] ?? '') ||
          (said[0] === 'state' && said[1] === 'rm') ||
          (said[0] === 'workspace' && said[1] === 'delete') ||
          (said[0] === 'run-all' && said[1] === 'destroy') ||
          said[0] === 'force-unlock'
        );
      return (
        destroyFlag ||
        said.some((word) => /^(destroy|delete|remove|rm|purge|down|stop)$/.test(word)) ||
        (program === 'azd' && said[0] === 'down')
      );
    },
    asks: [
      'terraform destroy',
      'terraform apply -destroy -var a=b',
      'pulumi destroy --stack shop',
      'vagrant destroy -f',
      'terraform state rm aws_instance.web',
      'cdk destroy',
      'serverless remove',
    ],
    runs: [
      'terraform plan -out=a.plan',
      'terraform plan -destroy -out=a.plan',
      'terraform init',
      'pulumi preview',
      'vagrant up',
      'cdk diff',
    ],
  },
  {
    id: 'storage-delete',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: ['aws', 's3cmd', 's4cmd', 's5cmd', 'gsutil', 'gcloud', 'mc', 'az', 'azcopy', 'b2', 'wrangler'],
    when: ({ program, args }) => {
      if (args.some((arg) => arg === '--dryrun' || arg === 'help')) return false;
      const said = operands(args, CLOUD_VALUED);
      const verbs = said.slice(0, program === 'az' || program === 'gcloud' ? 6 : 3);
      if (
        verbs.some(
          (word, at) =>
            deletingVerb(word) ||
            (at > 0 &&
              /^(terminate-instances|deregister-image|schedule-key-deletion|empty-bucket|remove-(permission|tags|user-from-group))$/.test(
                word,
              )),
        )
      )
        return !said.includes('describe');
      return (
        /^(rm|rb|del|remove|purge|expunge)$/.test(verbs[0] ?? '') ||
        (has(args, '--delete', '--delete-removed', '--delete-destination') && verbs.includes('sync')) ||
        (program === 'gsutil' && said[0] === 'rsync' && has(args, '-d'))
      );
    },
    asks: [
      'aws s3 rm s3://assets --recursive',
      'aws --profile prod ec2 terminate-instances --instance-ids i-9',
      'aws s3 sync ./empty s3://assets --delete',
      'gcloud projects delete old-proj --quiet',
      'az group delete -n rg --yes',
      'gsutil rm -r gs://bucket',
      'aws cloudformation delete-stack --stack-name shop',
    ],
    runs: [
      'aws s3 ls s3://drop-zone',
      'aws s3 rm s3://b/f --dryrun',
      'gcloud projects list --filter=removed',
      'az group list',
      'aws iam list-roles',
      'aws s3 cp a s3://b/a',
    ],
  },
  {
    id: 'http-delete',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: [
      'curl',
      'wget',
      'http',
      'https',
      'xh',
      'xhs',
      'httpie',
      'curlie',
      'gh',
      'glab',
      'hurl',
      'Invoke-WebRequest',
      'Invoke-RestMethod',
    ],
    when: ({ program, args }) =>
      valuesOf(args, '-X', '--request', '--method', '-Method').some((method) => /^delete$/i.test(method)) ||
      (/^(http|https|xh|xhs|curlie|httpie)$/.test(program) &&
        operands(args)
          .slice(0, 1)
          .some((word) => /^delete$/i.test(word))) ||
      (program === 'curl' && args.some((arg) => /_delete_by_query/.test(arg))),
    asks: [
      'curl -X DELETE http://localhost:9200/events',
      'curl --request=DELETE https://api.example.com/members',
      'http DELETE :8080/members/1',
      'gh api -X DELETE repos/o/r',
    ],
    runs: [
      'curl -X GET http://localhost:3000/api/kill-list',
      'http GET :4000/removed',
      'curl -fsSL https://example.com/rm.json',
      'gh api repos/o/r',
    ],
  },
  {
    id: 'unpublish',
    category: 'infrastructure',
    reason: DELETE_RESOURCES,
    programs: ['npm', 'pnpm', 'yarn', 'gem', 'cargo', 'nuget'],
    when: ({ program, args }) => {
      const [verb = '', second = ''] = operands(args);
      return program === 'gem'
        ? verb === 'yank'
        : /^(unpublish|yank)$/.test(verb)
          ? program !== 'cargo'
          : (verb === 'team' || verb === 'org') && /^(destroy|rm)$/.test(second);
    },
    asks: ['npm unpublish old-pkg --force', 'gem yank x -v 1.0.0'],
    runs: ['npm uninstall x', 'npm view unpublish', 'npm publish --dry-run'],
  },
];
