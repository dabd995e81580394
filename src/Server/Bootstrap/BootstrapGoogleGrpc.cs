using EnvoyApi.Config.Core.V3;
using EnvoyApi.Config.GrpcCredential.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Server.Bootstrap;

/// <summary>The control plane as Envoy's second gRPC client sees it: the only one that reads its token from a file.</summary>
internal static class BootstrapGoogleGrpc
{
    private const string FileCredentials = "envoy.grpc_credentials.file_based_metadata";

    public static GrpcService Build(BootstrapFacts facts) => new()
    {
        GoogleGrpc = new GrpcService.Types.GoogleGrpc
        {
            TargetUri = $"{(facts.XdsHost.Contains(':') ? $"[{facts.XdsHost}]" : facts.XdsHost)}:{facts.XdsPort}",
            StatPrefix = "ads",
            CredentialsFactoryName = FileCredentials,
            CallCredentials = { TokenFile(facts.Request.DataplaneTokenPath!) },
            ChannelCredentials = new GrpcService.Types.GoogleGrpc.Types.ChannelCredentials
            {
                SslCredentials = new GrpcService.Types.GoogleGrpc.Types.SslCredentials
                {
                    RootCerts = new DataSource { InlineBytes = ByteString.CopyFromUtf8(facts.CaPem) },
                },
            },
            ChannelArgs = ChannelArguments(facts),
        },
    };

    private static GrpcService.Types.GoogleGrpc.Types.CallCredentials TokenFile(string path) => new()
    {
        FromPlugin = new GrpcService.Types.GoogleGrpc.Types.CallCredentials.Types.MetadataCredentialsFromPlugin
        {
            Name = FileCredentials,
            TypedConfig = Any.Pack(new FileBasedMetadataConfig { SecretData = new DataSource { Filename = path } }),
        },
    };

    private static GrpcService.Types.GoogleGrpc.Types.ChannelArgs ChannelArguments(BootstrapFacts facts)
    {
        var arguments = new GrpcService.Types.GoogleGrpc.Types.ChannelArgs();
        arguments.Args["grpc.http2.max_pings_without_data"] = Number(0);
        arguments.Args["grpc.keepalive_time_ms"] = Number(10_000);
        arguments.Args["grpc.keepalive_timeout_ms"] = Number(30_000);
        arguments.Args["grpc.max_receive_message_length"] = Number(facts.Parameters.XdsMaxReceiveMessageBytes);
        return arguments;
    }

    private static GrpcService.Types.GoogleGrpc.Types.ChannelArgs.Types.Value Number(long value) => new() { IntValue = value };
}
