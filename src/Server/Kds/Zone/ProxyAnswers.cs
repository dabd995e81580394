using System.Text.Json;
using Google.Protobuf;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Stores;
using Mesh.Model.Text;
using Mesh.Server.DataPlane;
using Mesh.Server.Kds.Wire;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Zone;

/// <summary>Answers Global's questions about the proxies of this zone. Every question gets an answer or an error; none ends the stream.</summary>
internal sealed class ProxyAnswers(IProxyAdmin proxies, IResourceStore store, int maxMessage, ILogger logger)
{
    private const int Overhead = 1024;

    public async Task<AdminAnswer> AnswerAsync(ProxyQuestionKind kind, AdminQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var content = await ContentAsync(kind, question, cancellationToken);
            return content.Length > maxMessage - Overhead
                ? Failed(question, $"the answer of {content.Length} bytes is larger than a message may be")
                : new AdminAnswer(question.RequestId, null, content);
        }
        catch (EnvoyAdminException e)
        {
            return Failed(question, e.Message);
        }
        catch (StoreException e)
        {
            return Failed(question, e.Message);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // Whoever asks is told at once, instead of waiting for an answer that does not come. What it was is for the log here.
            KdsLog.QuestionFault(logger, question.Mesh, question.Name, e);
            return Failed(question, "the zone could not answer: internal error");
        }
    }

    private static AdminAnswer Failed(AdminQuestion question, string reason) => new(question.RequestId, reason, ByteString.Empty);

    private async Task<ByteString> ContentAsync(ProxyQuestionKind kind, AdminQuestion question, CancellationToken cancellationToken)
    {
        switch (question.ResourceType)
        {
            case AdminQuestion.Proxy:
                var asked = new ProxyQuestion(
                    kind,
                    IncludeEds: kind == ProxyQuestionKind.ConfigDump && question.Option,
                    AsJson: kind != ProxyQuestionKind.ConfigDump && question.Option,
                    UsedOnly: question.UsedOnly);
                var key = new ResourceKey(DataplaneKind.Name, question.Mesh, question.Name);
                var dataplane = await store.GetAsync(key, cancellationToken) ?? throw new EnvoyAdminException($"there is no Dataplane {question.Name} in mesh {question.Mesh}");
                return UnsafeByteOperations.UnsafeWrap(await proxies.AskAsync(dataplane, asked, cancellationToken));
            case AdminQuestion.ComputedConfig when kind == ProxyQuestionKind.ConfigDump:
                var config = await proxies.ConfigAsync(question.Mesh, question.Name, cancellationToken);
                return config is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(JsonSerializer.SerializeToUtf8Bytes(config, ModelJson.Options));
            default:
                throw new EnvoyAdminException($"resources of type '{question.ResourceType}' cannot be asked");
        }
    }
}
