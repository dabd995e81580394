using Mesh.Server.Ads.Http2.Frames;

namespace Mesh.Server.Tests.Http2.Conformance;

/// <summary>What a client does that the standard has a rule for, and what the standard wants to follow.</summary>
/// <param name="Section">Section of RFC 9113, or of RFC 7541 with an H before it.</param>
/// <param name="Rule">What the client does.</param>
/// <param name="Reaction">What follows.</param>
/// <param name="Error">With which code; none: there is none.</param>
/// <param name="Sent">The frames; the argument is the first stream that was never used.</param>
internal sealed record ConformanceCase(string Section, string Rule, Reaction Reaction, Http2Error Error, Func<int, byte[][]> Sent)
{
    /// <summary>How test runs call it.</summary>
    public string Name => $"{Section}: {Rule}";

    /// <summary>All there are.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } = [.. FrameCases.All, .. StreamCases.All, .. MessageCases.All, .. HpackCases.All];

    /// <summary>The client may do it, and the connection goes on.</summary>
    public static ConformanceCase Allowed(string section, string rule, Func<int, byte[][]> sent) => new(section, rule, Reaction.None, Http2Error.None, sent);

    /// <summary>The stream ends, the connection goes on.</summary>
    public static ConformanceCase EndsStream(string section, string rule, Http2Error error, Func<int, byte[][]> sent) => new(section, rule, Reaction.Reset, error, sent);

    /// <summary>The connection ends.</summary>
    public static ConformanceCase EndsConnection(string section, string rule, Http2Error error, Func<int, byte[][]> sent) => new(section, rule, Reaction.GoAway, error, sent);

    /// <summary>One of both ends, depending on what the server knows by then.</summary>
    public static ConformanceCase EndsEither(string section, string rule, Http2Error error, Func<int, byte[][]> sent) => new(section, rule, Reaction.Either, error, sent);
}
