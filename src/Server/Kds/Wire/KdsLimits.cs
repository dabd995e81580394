using Mesh.Protocol.Kds;

namespace Mesh.Server.Kds.Wire;

/// <summary>Limits of the protocol, from settings.</summary>
internal static class KdsLimits
{
    private const int LargestResponse = 4 * 1024 * 1024;

    /// <param name="maxMessage">Largest message in bytes.</param>
    /// <param name="nackBackoff">First pause after a refusal.</param>
    public static KdsOptions Of(int maxMessage, TimeSpan nackBackoff)
    {
        var budget = Math.Min(LargestResponse, maxMessage / 2);
        return new KdsOptions
        {
            MaxMessageLength = maxMessage,
            ResponseBudget = budget,
            RequestBudget = budget,
            RejectionBackoff = (int)Math.Max(1, Math.Min(nackBackoff.TotalMilliseconds, int.MaxValue)),
        };
    }
}
