namespace Mesh.Policies.Drafts;

/// <summary>Protocols of inbounds and service ports. Everything else is treated as <see cref="Tcp"/>.</summary>
public static class Protocols
{
    /// <summary>Bytes.</summary>
    public const string Tcp = "tcp";
    /// <summary>TLS that the application ends.</summary>
    public const string Tls = "tls";
    /// <summary>HTTP/1.1.</summary>
    public const string Http = "http";
    /// <summary>HTTP/2.</summary>
    public const string Http2 = "http2";
    /// <summary>gRPC.</summary>
    public const string Grpc = "grpc";

    /// <summary>True when requests are understood, not only connections.</summary>
    public static bool IsHttp(string protocol) => protocol is Http or Http2 or Grpc;
}
