namespace Mesh.Server.Settings;

/// <summary><c>multizone.zone.kds</c>: a zone's connection to the global control plane.</summary>
public sealed record ZoneKdsSettings
{
    /// <summary>PEM file with the CA of Global's certificate; empty: the CAs that this machine trusts.</summary>
    public string RootCaFile { get; init; } = "";

    /// <summary>Accepts any certificate: whoever stands between can read and change everything. For trials only.</summary>
    public bool TlsSkipVerify { get; init; }

    /// <summary>Largest message in bytes, in both directions. Default 10 MiB.</summary>
    public int MaxMsgSize { get; init; } = 10 * 1024 * 1024;

    /// <summary>Pause after Global refused a response before the same type is sent again. Default 5 s.</summary>
    public TimeSpan NackBackoff { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First pause before a lost connection is opened again; doubles, with jitter. Default 100 ms.</summary>
    public TimeSpan ReconnectBaseBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest such pause after Global refused the zone; where it was not reached, 3 s at most. Default 30 s.</summary>
    public TimeSpan ReconnectMaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What shows Global which zone this is.</summary>
    public AuthSettings Auth { get; init; } = new();

    /// <summary><c>multizone.zone.kds.auth</c>.</summary>
    public sealed record AuthSettings
    {
        /// <summary>Zone token with scope <c>cp</c>. A secret: never shown.</summary>
        public string CpTokenInline { get; init; } = "";

        /// <summary>File that holds the token; read again at each connection, so that a new token needs no restart.</summary>
        public string CpTokenPath { get; init; } = "";
    }
}
