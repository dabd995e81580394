using Mesh.Protocol.Kds;

namespace Mesh.Server.Kds.Wire;

/// <summary>Limits of the protocol, from settings.</summary>
internal static class KdsLimits
{
    /// <param name="maxMessage">Largest message in bytes.</param>
    /// <param name="nackBackoff">First pause after a refusal.</param>
    /// <param name="largestResponse">Bytes of a response at most; null: the protocol's default.</param>
    public static KdsOptions Of(int maxMessage, TimeSpan nackBackoff, int? largestResponse = null)
    {
        var defaults = new KdsOptions();
        return new KdsOptions
        {
            MaxMessageLength = maxMessage,
            ResponseBudget = Math.Min(largestResponse ?? defaults.ResponseBudget, maxMessage / 2),
            RequestBudget = Math.Min(defaults.RequestBudget, maxMessage / 2),
            RejectionBackoff = (int)Math.Max(1, Math.Min(nackBackoff.TotalMilliseconds, int.MaxValue)),
        };
    }
}
