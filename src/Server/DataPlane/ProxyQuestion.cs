namespace Mesh.Server.DataPlane;

/// <summary>One question to the Envoy of a proxy.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="IncludeEds">Configuration: endpoints too.</param>
/// <param name="AsJson">Statistics and clusters: as JSON instead of text.</param>
/// <param name="UsedOnly">Statistics: only those that were ever counted.</param>
internal sealed record ProxyQuestion(ProxyQuestionKind Kind, bool IncludeEds = false, bool AsJson = false, bool UsedOnly = false)
{
    /// <summary>The answer is JSON.</summary>
    public bool IsJson => AsJson || Kind == ProxyQuestionKind.ConfigDump;
}
