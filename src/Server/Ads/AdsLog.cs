using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Streams;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads;

/// <summary>What discovery streams log. Node ids and names, never resources or tokens.</summary>
internal sealed partial class AdsLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "ADS stream {Stream} ({Kind}) of {Node} opened", EventName = "StreamOpened")]
    public partial void Opened(long stream, StreamKind kind, string node);

    public void Ended(long stream, EndOfStream end)
    {
        if (end.Reason == StreamEnd.Refused)
        {
            Refused(stream, end.Status, end.Message);
        }
        else
        {
            Closed(stream, end.Reason);
        }
    }

    public void Rejected(long stream, string? node, XdsRejection rejection) =>
        RejectedBy(stream, node, rejection.Type.ShortName, rejection.Names.Count == 0 ? "(unknown)" : string.Join(", ", rejection.Names), rejection.Message);

    [LoggerMessage(3, LogLevel.Warning, "ADS stream {Stream} of {Node}: {Type} rejected, not sent again until changed: {Names}. {Message}", EventName = "ConfigurationRejected")]
    private partial void RejectedBy(long stream, string? node, string type, string names, string message);

    [LoggerMessage(4, LogLevel.Error, "ADS stream {Stream} of {Node}: all {Type} would be removed; held back", EventName = "EmptyingHeldBack")]
    public partial void EmptyingHeldBack(long stream, string? node, string type);

    [LoggerMessage(5, LogLevel.Error, "ADS stream {Stream} of {Node}: {Type} {Name} of {Bytes} bytes is more than the client can receive; left out", EventName = "ResourceTooLarge")]
    public partial void ResourceTooLarge(long stream, string? node, string type, string name, int bytes);

    [LoggerMessage(6, LogLevel.Warning, "ADS stream {Stream} of {Node}: the client takes nothing; cut", EventName = "WriteTimeout")]
    public partial void WriteTimeout(long stream, string? node);

    [LoggerMessage(7, LogLevel.Error, "ADS stream {Stream} of {Node}: internal error", EventName = "StreamFault")]
    public partial void Fault(long stream, string? node, Exception exception);

    [LoggerMessage(8, LogLevel.Information, "ADS stream {Stream} refused: {Status}, {Message}", EventName = "StreamRefused")]
    private partial void Refused(long stream, GrpcStatusCode status, string message);

    [LoggerMessage(9, LogLevel.Information, "ADS stream {Stream} closed: {Reason}", EventName = "StreamClosed")]
    private partial void Closed(long stream, StreamEnd reason);
}
