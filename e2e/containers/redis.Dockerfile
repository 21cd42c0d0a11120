# A Redis for where no registry of images is reached: Debian's, on the same base as the rest.
ARG NODE_IMAGE
FROM ${NODE_IMAGE}
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends redis-server > /dev/null && mkdir -p /data
WORKDIR /data
CMD ["redis-server"]
