// Sends what a process of TARS traces to an OTLP collector: NODE_OPTIONS="--import /path/to/otel.mjs" tars up
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

// Where to and how often: the usual OTEL_EXPORTER_OTLP_ENDPOINT (http://localhost:4318), OTEL_BSP_SCHEDULE_DELAY and so on.
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME ?? 'tars' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
process.once('beforeExit', () => void provider.shutdown());
