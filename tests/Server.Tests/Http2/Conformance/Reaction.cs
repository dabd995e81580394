namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>What a server does about a client.</summary>
internal enum Reaction
{
    /// <summary>It serves it.</summary>
    None,

    /// <summary>RST_STREAM on the stream.</summary>
    Reset,

    /// <summary>GOAWAY, and then the end of the connection.</summary>
    GoAway,

    /// <summary>One of these.</summary>
    Either,
}
