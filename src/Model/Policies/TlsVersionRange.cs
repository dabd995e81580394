using Mesh.Model.Schema;

namespace Mesh.Model.Policies;

/// <summary>Lowest and highest TLS version.</summary>
public sealed record TlsVersionRange
{
    /// <summary>Lowest: <c>TLSAuto</c> (default), <c>TLS10</c> to <c>TLS13</c>.</summary>
    [Fallback("TLSAuto")]
    [Values("TLSAuto", "TLS10", "TLS11", "TLS12", "TLS13")]
    public string? Min { get; init; }

    /// <summary>Highest: <c>TLSAuto</c> (default), <c>TLS10</c> to <c>TLS13</c>.</summary>
    [Fallback("TLSAuto")]
    [Values("TLSAuto", "TLS10", "TLS11", "TLS12", "TLS13")]
    public string? Max { get; init; }
}
